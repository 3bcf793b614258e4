<?php
/**
 * WordPress' tools for personal data: what the service holds is exported and erased with the rest.
 *
 * A failure is an error to WordPress: it then says so and doesn't call the request done.
 *
 * @package Tillside
 */

defined( 'ABSPATH' ) || exit;

/**
 * Adds the exporter.
 *
 * @param array<string,array<string,mixed>> $exporters Those of others.
 * @return array<string,array<string,mixed>>
 */
function tillside_register_exporter( array $exporters ) {
	$exporters['tillside'] = array(
		'exporter_friendly_name' => __( 'Tillside', 'tillside' ),
		'callback'               => 'tillside_export_person',
	);
	return $exporters;
}

/**
 * Adds the eraser.
 *
 * @param array<string,array<string,mixed>> $erasers Those of others.
 * @return array<string,array<string,mixed>>
 */
function tillside_register_eraser( array $erasers ) {
	$erasers['tillside'] = array(
		'eraser_friendly_name' => __( 'Tillside', 'tillside' ),
		'callback'             => 'tillside_erase_person',
	);
	return $erasers;
}

/**
 * One page of what the service holds about a person.
 *
 * @param string $email_address The person's address.
 * @param int    $page          From 1.
 * @return array<string,mixed>|WP_Error
 */
function tillside_export_person( $email_address, $page = 1 ) {
	if ( null === tillside_installation() ) {
		return array(
			'data' => array(),
			'done' => true,
		);
	}
	$answer = tillside_ask_about( 'export', $email_address, $page );
	if ( is_wp_error( $answer ) ) {
		return $answer;
	}
	if ( ! isset( $answer['groups'], $answer['done'] ) || ! is_array( $answer['groups'] ) ) {
		return tillside_unreadable_answer();
	}
	return array(
		'data' => array_map( 'tillside_export_group', array_values( array_filter( $answer['groups'], 'is_array' ) ) ),
		'done' => true === $answer['done'],
	);
}

/**
 * A group of exported data as WordPress takes it. WordPress lets some markup of values through:
 * ours are text.
 *
 * @param array<string,mixed> $group As the service sends it.
 * @return array<string,mixed>
 */
function tillside_export_group( array $group ) {
	$group += array(
		'group_id'    => 'tillside',
		'group_label' => '',
		'item_id'     => '',
		'data'        => array(),
	);
	$data   = array();
	foreach ( array_filter( (array) $group['data'], 'is_array' ) as $each ) {
		$data[] = array(
			'name'  => isset( $each['name'] ) ? sanitize_text_field( (string) $each['name'] ) : '',
			'value' => isset( $each['value'] ) ? esc_html( (string) $each['value'] ) : '',
		);
	}
	return array(
		'group_id'    => 'tillside-' . sanitize_key( $group['group_id'] ),
		'group_label' => sanitize_text_field( $group['group_label'] ),
		'item_id'     => 'tillside-' . sanitize_key( $group['item_id'] ),
		'data'        => $data,
	);
}

/**
 * Erases a person at the service, one page of their data after the other.
 *
 * @param string $email_address The person's address.
 * @param int    $page          From 1.
 * @return array<string,mixed>|WP_Error
 */
function tillside_erase_person( $email_address, $page = 1 ) {
	if ( null === tillside_installation() ) {
		return array(
			'items_removed'  => false,
			'items_retained' => false,
			'messages'       => array(),
			'done'           => true,
		);
	}
	$answer = tillside_ask_about( 'erase', $email_address, $page );
	if ( is_wp_error( $answer ) ) {
		return $answer;
	}
	if ( ! isset( $answer['removed'], $answer['retained'], $answer['done'] ) ) {
		return tillside_unreadable_answer();
	}
	$messages = isset( $answer['messages'] ) ? array_filter( (array) $answer['messages'], 'is_string' ) : array();
	return array(
		'items_removed'  => (int) $answer['removed'] > 0,
		'items_retained' => (int) $answer['retained'] > 0,
		'messages'       => array_map( 'sanitize_text_field', array_values( $messages ) ),
		'done'           => true === $answer['done'],
	);
}

/**
 * The service's answer about a person.
 *
 * @param string $action        Either 'export' or 'erase'.
 * @param string $email_address The person's address.
 * @param int    $page          From 1.
 * @return array<string,mixed>|WP_Error
 */
function tillside_ask_about( $action, $email_address, $page ) {
	return tillside_call_service(
		$action,
		array(
			'email' => (string) $email_address,
			'page'  => (int) $page,
		)
	);
}

/**
 * The error for an answer that isn't what was agreed.
 *
 * @return WP_Error
 */
function tillside_unreadable_answer() {
	return new WP_Error( 'tillside_unreadable', __( 'Tillside’s answer could not be understood. It may not have done what was asked. Please try again later.', 'tillside' ) );
}
