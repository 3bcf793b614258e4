<?php
/**
 * The page Tillside in WooCommerce's menu.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Adds the page.
 *
 * @return void
 */
function tillside_add_menu_page() {
	$title = __( 'Tillside', 'tillside' );
	add_submenu_page( 'woocommerce', $title, $title, 'edit_shop_orders', 'tillside', 'tillside_print_page' );
}

/**
 * The page's address.
 *
 * @return string
 */
function tillside_page_url() {
	return admin_url( 'admin.php?page=tillside' );
}

/**
 * Prints the page as it is now.
 *
 * @return void
 */
function tillside_print_page() {
	echo '<div class="wrap"><h1>' . esc_html__( 'Tillside', 'tillside' ) . '</h1>';
	tillside_print_told();
	if ( null !== tillside_installation() ) {
		tillside_print_panel();
		tillside_print_disconnect_form();
	} elseif ( current_user_can( 'manage_woocommerce' ) ) {
		tillside_print_connect_form();
	} else {
		echo '<p>' . esc_html__( 'This store is not connected to Tillside. Somebody who manages the store can connect it here.', 'tillside' ) . '</p>';
	}
	echo '</div>';
}

/**
 * Prints how disconnecting went.
 *
 * @return void
 */
function tillside_print_told() {
	$texts = array(
		'disconnected'         => __( 'This store is disconnected. Tillside no longer reads it.', 'tillside' ),
		'tillside_unreachable' => __( 'Tillside could not be reached, so this store is still connected. Please try again later.', 'tillside' ),
		'tillside_refused'     => __( 'Tillside did not confirm, so this store is still connected. Please try again later.', 'tillside' ),
	);
	// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- It only chooses one of these texts.
	$told = isset( $_GET['tillside_told'] ) ? sanitize_key( wp_unslash( $_GET['tillside_told'] ) ) : '';
	if ( isset( $texts[ $told ] ) ) {
		$kind = 'disconnected' === $told ? 'notice-success' : 'notice-error';
		echo '<div class="notice ' . esc_attr( $kind ) . '"><p>' . esc_html( $texts[ $told ] ) . '</p></div>';
	}
}

/**
 * Prints the button that disconnects.
 *
 * @return void
 */
function tillside_print_disconnect_form() {
	if ( ! current_user_can( 'manage_woocommerce' ) ) {
		return;
	}
	?>
	<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
		<input type="hidden" name="action" value="tillside_disconnect">
		<?php wp_nonce_field( 'tillside_disconnect' ); ?>
		<h2><?php esc_html_e( 'Disconnect', 'tillside' ); ?></h2>
		<p><?php esc_html_e( 'Tillside then stops reading this store, and its key to this store is deleted.', 'tillside' ); ?></p>
		<p><button type="submit" class="button"><?php esc_html_e( 'Disconnect this store', 'tillside' ); ?></button></p>
	</form>
	<?php
}
