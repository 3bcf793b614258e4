<?php
/**
 * Connecting: what it means, and the button. Until it is pressed nothing is sent.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Prints what connecting does and its one button.
 *
 * @return void
 */
function tillside_print_connect_form() {
	$service = wp_parse_url( tillside_app_url(), PHP_URL_HOST );
	$obstacle = tillside_obstacle();
	?>
	<p><?php esc_html_e( 'This store is not connected. Nothing has been sent to Tillside.', 'tillside' ); ?></p>
	<h2><?php esc_html_e( 'When you connect', 'tillside' ); ?></h2>
	<ul class="ul-disc">
		<li>
		<?php
		/* translators: %s: the host name of the Tillside service. */
		echo wp_kses( sprintf( __( 'The address of this store is sent to %s, which leads you to a page of WooCommerce on this site. There you allow it to read this store, or decline.', 'tillside' ), '<bdi><strong>' . esc_html( $service ) . '</strong></bdi>' ), array( 'bdi' => array(), 'strong' => array() ) );
		?>
		</li>
		<li><?php esc_html_e( 'Once you allow it, Tillside reads customers and orders: names, addresses, phone numbers, what was bought, refunds and notes. WooCommerce tells it of every change.', 'tillside' ); ?></li>
		<li><?php esc_html_e( 'People who may edit orders see them in Tillside’s panel. For each look, their user number and language are sent, signed.', 'tillside' ); ?></li>
		<li><?php esc_html_e( 'Personal data that you export or erase with WordPress’ tools is exported or erased in Tillside too.', 'tillside' ); ?></li>
	</ul>
	<?php if ( '' !== $obstacle ) : ?>
		<div class="notice notice-warning inline"><p><?php echo esc_html( $obstacle ); ?></p></div>
	<?php endif; ?>
	<form method="post" action="<?php echo esc_url( tillside_app_url() . '/woocommerce/connect' ); ?>">
		<input type="hidden" name="store_url" value="<?php echo esc_url( tillside_store_url() . '/' ); ?>">
		<p><button type="submit" class="button button-primary button-hero"><?php esc_html_e( 'Connect', 'tillside' ); ?></button></p>
	</form>
	<?php
}

/**
 * What stands in the way of connecting, '' when nothing does.
 *
 * @return string
 */
function tillside_obstacle() {
	if ( ! get_option( 'permalink_structure' ) ) {
		return __( 'Your permalinks are plain: WooCommerce can’t let Tillside in. Choose any other structure in Settings → Permalinks first.', 'tillside' );
	}
	if ( 0 !== strpos( tillside_store_url(), 'https://' ) ) {
		return __( 'This site has no https address. Tillside reads stores over https only.', 'tillside' );
	}
	return '';
}
